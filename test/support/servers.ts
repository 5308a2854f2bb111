import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

/** A server of our own on a free port of this machine. */
export interface TestServer {
  readonly port: number;
  /** Stops it in mid-air: the system still accepts connections for it, nobody answers. */
  freeze(): void;
  thaw(): void;
  /** Ends it at once; what it had in memory is gone. */
  kill(): Promise<void>;
  /** Starts it again on the same port, after {@link kill}. */
  restart(): Promise<void>;
}

export type RedisProgram = 'redis-server' | 'valkey-server';

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export function isInstalled(program: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));
}

/** Every server of a test file, and what they wrote: gone at its end. */
export class Servers {
  readonly folder = mkdtempSync(join(tmpdir(), 'agent-cache-servers-'));
  readonly #servers: TestServer[] = [];

  redis(args: readonly string[] = [], program: RedisProgram = 'redis-server'): Promise<TestServer> {
    return this.#start(program, (port) => [
      ...[
        '--port',
        String(port),
        '--bind',
        '127.0.0.1',
        '--dir',
        this.folder,
        '--save',
        '',
        '--appendonly',
        'no',
      ],
      ...args,
    ]);
  }

  memcached(args: readonly string[] = []): Promise<TestServer> {
    return this.#start('memcached', (port) => [
      '-l',
      '127.0.0.1',
      '-p',
      String(port),
      '-U',
      '0',
      '-u',
      'root',
      ...args,
    ]);
  }

  /** Three masters, then a replica of each, in no particular order. */
  async redisCluster(): Promise<readonly TestServer[]> {
    const nodes = await Promise.all(
      Array.from({ length: 6 }, async (_, i) => {
        const bus = await freePort();
        const file = `nodes-${bus}-${i}.conf`;
        return this.redis([
          ...['--cluster-enabled', 'yes', '--cluster-port', String(bus), '--cluster-config-file', file],
          ...[
            '--cluster-node-timeout',
            '2000',
            '--cluster-require-full-coverage',
            'no',
            '--repl-diskless-sync-delay',
            '0',
          ],
        ]);
      }),
    );
    const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`);
    await redisCli(['--cluster', 'create', ...addresses, '--cluster-replicas', '1', '--cluster-yes']);
    await until(async () => {
      const all = await Promise.all(
        nodes.map(({ port }) => redisCli(['-p', String(port), 'cluster', 'info'])),
      );
      const roles = await Promise.all(
        nodes.map(({ port }) => redisCli(['-p', String(port), 'info', 'replication'])),
      );
      const replicas = roles.filter((role) => role.includes('master_link_status:up')).length;
      return all.every((info) => info.includes('cluster_state:ok')) && replicas === 3;
    });
    return nodes;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#servers.map((server) => server.kill()));
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #start(program: string, args: (port: number) => readonly string[]): Promise<TestServer> {
    const port = await freePort();
    let child = launch(program, args(port), this.folder);
    const server: TestServer = {
      port,
      freeze: () => void child.kill('SIGSTOP'),
      thaw: () => void child.kill('SIGCONT'),
      kill: () => ended(child),
      restart: async () => {
        child = launch(program, args(port), this.folder);
        await until(() => answers(port));
      },
    };
    this.#servers.push(server);
    await until(() => {
      if (child.exitCode !== null) throw new Error(`${program} ended with exit code ${child.exitCode}.`);
      return answers(port);
    });
    return server;
  }
}

export async function redisCli(args: readonly string[]): Promise<string> {
  return (await promisify(execFile)('redis-cli', [...args])).stdout;
}

export interface Certificates {
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

/** An authority of our own, and what it signed for 127.0.0.1; files in PEM. */
export function makeCertificates(folder: string, name: string): Certificates {
  const file = (what: string) => join(folder, `${name}-${what}`);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe' });
  const fresh = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  openssl(
    'req',
    '-x509',
    ...fresh,
    '-subj',
    `/CN=${name}`,
    '-keyout',
    file('ca.key'),
    '-out',
    file('ca.crt'),
  );
  openssl(
    ...['req', '-x509', ...fresh, '-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'],
    ...['-addext', 'basicConstraints=critical,CA:FALSE', '-CA', file('ca.crt'), '-CAkey', file('ca.key')],
    ...['-keyout', file('server.key'), '-out', file('server.crt')],
  );
  return { authority: file('ca.crt'), certificate: file('server.crt'), key: file('server.key') };
}

/** Nobody listens on it now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('No port.');
  return address.port;
}

function launch(program: string, args: readonly string[], folder: string): ChildProcess {
  const child = spawn(program, [...args], { cwd: folder, stdio: 'ignore' });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await exit;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const done = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => done(true)).once('error', () => done(false));
  });
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 30_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error('A server for the tests did not get ready within 30 s.');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A way to a server that can be cut. */
export class Road {
  readonly #server: Server;
  readonly #target: number;
  readonly #sockets = new Set<Socket>();
  #cut = false;

  private constructor(target: number) {
    this.#target = target;
    this.#server = createServer((incoming) => {
      if (this.#cut) return void incoming.destroy();
      const outgoing = connect(this.#target, '127.0.0.1');
      for (const [one, other] of [
        [incoming, outgoing],
        [outgoing, incoming],
      ] as const) {
        this.#sockets.add(one);
        one.on('error', () => {});
        one.on('close', () => {
          this.#sockets.delete(one);
          other.destroy();
        });
        one.pipe(other);
      }
    });
  }

  static async to(server: TestServer): Promise<Road> {
    const road = new Road(server.port);
    await new Promise<void>((resolve) => road.#server.listen(0, '127.0.0.1', resolve));
    return road;
  }

  get port(): number {
    const address = this.#server.address();
    return address !== null && typeof address === 'object' ? address.port : 0;
  }

  cut(): void {
    this.#cut = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  mend(): void {
    this.#cut = false;
  }

  close(): void {
    this.cut();
    this.#server.close();
  }
}
