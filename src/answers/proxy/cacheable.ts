import { isObject, type JsonObject, type ModelRequest, objectsIn } from './model-request.ts';

/** Tools that the client runs, so that all that they found stands in the next request. */
const CLIENT_TOOLS =
  /^(?:function|custom|local_shell|apply_patch|bash_\d+|text_editor_\d+|computer_\d+|memory_\d+)$/;
/** Members by which a request refers to what the provider keeps, and others may change there. */
const STATE = [
  'previous_response_id',
  'conversation',
  'container',
  'mcp_servers',
  'prompt',
  'vector_store_ids',
];
/** Values looked at for references within the content. */
const MOST_LOOKED_AT = 200_000;

/**
 * Why the answer to a request is neither stored nor taken from the cache, in a sentence; undefined
 * when it may be. `sampled` is that of the policy of who asks.
 */
export function bypassedBecause(request: ModelRequest, sampled: boolean): string | undefined {
  const { body, shape } = request;
  for (const name of STATE) {
    if (body[name] !== undefined && body[name] !== null)
      return `It rests on what the provider keeps (${name}).`;
  }
  if (body.background === true) return 'It runs in the background (background).';
  if (body.store === true) return 'The provider is to keep the answer (store).';
  if (body.web_search_options !== undefined) return 'The model may search the web (web_search_options).';
  for (const tool of objectsIn(body.tools)) {
    const type = providersTool(tool);
    if (type !== undefined) return `It has a tool that the provider runs (${type.slice(0, 40)}).`;
  }
  if (!sampled && shape !== 'embeddings' && body.temperature !== 0) {
    const is = typeof body.temperature === 'number' ? `is ${body.temperature}` : 'is not set';
    return `Its temperature ${is}, and such answers are kept only with "sampled": true for response (agentCache.namespaces, or agentCache.agents for one agent).`;
  }
  return referring(body);
}

/** The kind of a tool that the provider runs; undefined for one that the client does. */
function providersTool({ type, tools }: JsonObject): string | undefined {
  if (typeof type !== 'string') return undefined;
  // Codex groups the tools of each MCP server.
  if (type === 'namespace' && Array.isArray(tools))
    return objectsIn(tools).length < tools.length
      ? type
      : objectsIn(tools).flatMap((tool) => providersTool(tool) ?? [])[0];
  return CLIENT_TOOLS.test(type) ? undefined : type;
}

/** Looks for files at the provider, and for addresses whose content may change. */
function referring(body: JsonObject): string | undefined {
  const open: unknown[] = [body.messages, body.input];
  for (let looked = 0; open.length > 0; looked++) {
    if (looked === MOST_LOOKED_AT) return 'It has too many parts to be looked through.';
    const next = open.pop();
    if (Array.isArray(next)) for (const one of next) open.push(one);
    else if (isObject(next)) {
      const reference = referenceIn(next);
      if (reference !== undefined) return `It refers to what is kept elsewhere (${reference}).`;
      for (const name in next) if (typeof next[name] === 'object') open.push(next[name]);
    }
  }
  return undefined;
}

function referenceIn(part: JsonObject): string | undefined {
  const { type } = part;
  if (type === 'item_reference') return 'item_reference';
  if (typeof part.file_id === 'string') return 'file_id';
  if (typeof part.file_url === 'string') return 'file_url';
  if (type === 'image_url' || type === 'input_image') {
    const url = isObject(part.image_url) ? part.image_url.url : part.image_url;
    return typeof url === 'string' && !url.startsWith('data:') ? 'image_url' : undefined;
  }
  const { source } = part;
  if (isObject(source) && (type === 'image' || type === 'document')) {
    return source.type === 'url' || source.type === 'file' ? `source of type ${source.type}` : undefined;
  }
  return undefined;
}
