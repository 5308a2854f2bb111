// The rooms and the one direction in which they may depend on each other (docs/architecture.md).

/** From what needs most to what needs nothing: a room may import those below it, never those above. */
const layers = [
  ['extension', 'headless', 'bridge'],
  ['vscode', 'serve'],
  ['tools'],
  ['engine'],
  ['warming'],
  ['analysis', 'notes', 'answers', 'insight'],
  ['freshness'],
  ['cache'],
];
/** The composition roots are files. */
const files = ['extension', 'headless', 'bridge'];

const path = (names) =>
  `^src/(?:${names.map((name) => (files.includes(name) ? `${name}\\.ts$` : `${name}/`)).join('|')})`;

const upward = layers.slice(1).map((layer, index) => ({
  name: `${layer.join('-')}-imports-upward`,
  comment: `${layer.join(', ')} may not know ${layers
    .slice(0, index + 1)
    .flat()
    .join(', ')}`,
  severity: 'error',
  from: { path: path(layer) },
  to: { path: path(layers.slice(0, index + 1).flat()) },
}));

/** Rooms of one layer do not know each other, so that each can be read and replaced alone. */
const sideways = layers.slice(1).flatMap((layer) =>
  layer
    .filter(() => layer.length > 1)
    .map((room) => ({
      name: `${room}-imports-neighbour`,
      comment: `${room} may not know the rooms beside it`,
      severity: 'error',
      from: { path: path([room]) },
      to: { path: path(layer.filter((other) => other !== room)) },
    })),
);

module.exports = {
  forbidden: [
    ...upward,
    ...sideways,
    {
      name: 'headless-imports-vscode-room',
      comment: 'headless runs without VS Code',
      severity: 'error',
      from: { path: '^src/headless\\.ts$' },
      to: { path: '^src/(?:extension\\.ts$|vscode/)' },
    },
    {
      name: 'vscode-api-outside-its-room',
      comment: 'only src/vscode/ and src/extension.ts touch the vscode API',
      severity: 'error',
      from: { path: '^(?:src|webview)/', pathNot: '^src/(?:vscode/|extension\\.ts$)' },
      to: { path: '^vscode$|node_modules/@types/vscode/' },
    },
    {
      name: 'webview-imports-host',
      comment: 'the page shares nothing with the host but the protocol',
      severity: 'error',
      from: { path: '^webview/' },
      to: { path: '^src/', pathNot: '^src/protocol(?:\\.ts$|/)' },
    },
    {
      name: 'host-imports-webview',
      comment: 'the host shares nothing with the page but the protocol',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^webview/' },
    },
    {
      name: 'toolkit-outside-webview-ui',
      comment: 'the archived toolkit stays replaceable in one place',
      severity: 'error',
      from: { pathNot: '^webview/ui/|node_modules/' },
      to: { path: '@vscode/webview-ui-toolkit' },
    },
    {
      name: 'protocol-imports-code',
      comment: 'both sides include the protocol: it brings nothing with it',
      severity: 'error',
      from: { path: '^src/protocol(?:\\.ts$|/)' },
      to: { path: '^src/', pathNot: '^src/protocol(?:\\.ts$|/)', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'api-imports-code',
      comment: 'other extensions read src/api.ts for its types: it brings nothing with it',
      severity: 'error',
      from: { path: '^src/api\\.ts$' },
      to: { path: '^src/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'protocol-below-insight',
      comment: 'the cache and its freshness know nothing of a page that shows them',
      severity: 'error',
      from: { path: '^src/(?:cache|freshness)/' },
      to: { path: '^src/protocol(?:\\.ts$|/)' },
    },
    {
      name: 'protocol-as-code',
      comment: 'beside what speaks with the page, the rooms share only types with it',
      severity: 'error',
      from: { path: '^src/(?:analysis|notes|answers|warming|serve)/' },
      to: { path: '^src/protocol(?:\\.ts$|/)', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'code-imports-test',
      comment: 'what is shipped does not know its tests or scripts',
      severity: 'error',
      from: { path: '^(?:src|webview)/' },
      to: { path: '^(?:test|scripts)/' },
    },
    {
      name: 'code-imports-tool',
      comment: 'what is shipped does not bring the tools that build and test it',
      severity: 'error',
      from: { path: '^(?:src|webview)/' },
      to: {
        path: 'node_modules/(?:esbuild|vitest|fast-check|playwright-core|@axe-core|@vscode/vsce|dependency-cruiser|knip|@biomejs|typescript|bentocache|layered-loader)/',
      },
    },
    {
      name: 'no-cycles',
      comment: 'what imports each other in a circle cannot be understood or loaded alone',
      severity: 'error',
      from: { path: '^(?:src|webview)/' },
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      comment: 'a file that nobody imports and that imports nothing is left over',
      severity: 'error',
      from: { orphan: true, path: '^(?:src|webview)/', pathNot: '\\.d\\.ts$' },
      to: {},
    },
    {
      name: 'unresolvable',
      comment: 'every import leads somewhere',
      severity: 'error',
      from: { path: '^(?:src|webview)/' },
      to: { couldNotResolve: true, pathNot: '^vscode$' },
    },
    {
      name: 'undeclared-dependency',
      comment: 'every package that is used stands in package.json',
      severity: 'error',
      from: { path: '^(?:src|webview|test|scripts)/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'], pathNot: '^vscode$|@types/vscode' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(?:^|/)(?:fixtures|dist)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.mjs', '.js', '.json', '.css'],
      conditionNames: ['import', 'require', 'node', 'default'],
      exportsFields: ['exports'],
    },
  },
};
