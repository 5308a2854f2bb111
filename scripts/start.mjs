// `npm start`. Kept to what even an old Node understands, so that one hears what is missing.
const [major] = process.versions.node.split('.').map(Number);
if (major < 20) {
  console.error(
    `Node 20 or newer is needed, this is ${process.versions.node}: install it from https://nodejs.org`,
  );
  process.exit(1);
}
import('./launch.mjs').then((launch) => launch.main(process.argv.slice(2)));
