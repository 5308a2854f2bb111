/**
 * Commands for a POSIX shell that ask the REST interface. Address and token change with each start of
 * a server, so they are read from the file that the last one has left in the storage folder.
 */
export function curlCommands(storage: string): string {
  return `connection=$(ls -t ${quoted(storage)}/server-*.json | head -n 1)
url=$(sed -n 's/.*"url": *"\\([^"]*\\)".*/\\1/p' "$connection")
token=$(sed -n 's/.*"token": *"\\([^"]*\\)".*/\\1/p' "$connection")
curl --silent --show-error --header "Authorization: Bearer $token" "$url/api/v1/cache/stats"
`;
}

/** As one word, whatever it holds. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
