// The real binary as a process of its own: started, read until it says where it is, ended by its own handle.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const BINARY = process.env['MENPAI_BINARY'] ?? new URL('../../../target/debug/menpai', import.meta.url).pathname;

export interface Running {
  /** What it printed so far. */
  output: () => string;
  stop: () => Promise<void>;
}

/** Runs a subcommand and waits until its standard output holds `ready`. */
export async function run(args: string[], environment: Record<string, string>, ready: RegExp): Promise<Running> {
  const child = spawn(BINARY, args, {
    env: { MENPAI_LOG: 'warn', MENPAI_LISTEN: '127.0.0.1:0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // A test that fails before it stops what it started must leave nothing behind.
  process.once('exit', () => child.kill('SIGKILL'));
  const said: string[] = [];
  const output = () => said.join('\n');
  const errors: string[] = [];
  child.stderr.on('data', (piece: Buffer) => errors.push(piece.toString()));
  await new Promise<void>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) =>
      reject(new Error(`menpai ${args.join(' ')} ended (${String(code)}):\n${output()}\n${errors.join('')}`)),
    );
    createInterface({ input: child.stdout }).on('line', (line) => {
      said.push(line);
      if (ready.test(output())) resolve();
    });
  });
  return { output, stop: () => stop(child) };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}
