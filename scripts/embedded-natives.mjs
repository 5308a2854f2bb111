import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

// VS Code's log files need a compiled module, which would need a compiler on the user's machine.
// This one writes the same files with Node alone, so that output channels work.
const spdlog = `const fs = require('node:fs');
const path = require('node:path');
class Logger {
  constructor(type, name, file) { this.file = file; this.raw = false; this.level = 2; }
  write(level, message) {
    const time = new Date().toISOString().replace('T', ' ').slice(0, 23);
    fs.appendFileSync(this.file, this.raw ? message : time + ' [' + level + '] ' + message + '\\n');
  }
  trace(message) { this.write('trace', message); }
  debug(message) { this.write('debug', message); }
  info(message) { this.write('info', message); }
  warn(message) { this.write('warning', message); }
  error(message) { this.write('error', message); }
  critical(message) { this.write('critical', message); }
  getLevel() { return this.level; }
  setLevel(level) { this.level = level; }
  setPattern() { this.raw = false; }
  clearFormatters() { this.raw = true; }
  flush() {}
  drop() {}
}
async function create(name, file) {
  await fs.promises.mkdir(path.dirname(file), { recursive: true });
  return new Logger('rotating', name, file);
}
exports.version = 0;
exports.Logger = Logger;
exports.setLevel = () => {};
exports.setFlushOn = () => {};
exports.createRotatingLogger = create;
exports.createAsyncRotatingLogger = create;
`;

// VS Code's own check of the parent process every second does the same without a native thread.
const watchdog = `exports.start = () => {};\nexports.exit = (code) => process.exit(code || 0);\n`;

/**
 * Stands in for the compiled modules that an embedded VS Code's log is full of errors without.
 * @param {string} vscode code-server's lib/vscode
 */
export function replaceNatives(vscode) {
  for (const [name, built, text] of [
    ['spdlog', 'build/Release/spdlog.node', spdlog],
    ['native-watchdog', 'build/Release/watchdog.node', watchdog],
  ]) {
    const folder = join(vscode, 'node_modules/@vscode', name);
    if (existsSync(folder) && !existsSync(join(folder, built))) writeFileSync(join(folder, 'index.js'), text);
  }
}
