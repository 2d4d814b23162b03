// The real binary as a process of its own: started, read until it says where it is, ended by its own handle; and when it
// ended by itself, how.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const BINARY = process.env['MENPAI_BINARY'] ?? new URL('../../../target/debug/menpai', import.meta.url).pathname;

/** How much of what a process wrote to its log is kept, in lines. */
const KEPT_LINES = 2_000;
/** How much of it stands in an error's message. */
const TOLD_LINES = 30;

export interface Running {
  /** What it is: the subcommand. */
  name: string;
  /** What it printed so far. */
  output: () => string;
  /** The last of what it wrote to its log. */
  log: () => string;
  /** How it ended, with the last lines of its log, when nobody had asked it to. */
  lost: () => string | undefined;
  /** Ends it in order; fails when it does not end as it should, or had ended before. */
  stop: () => Promise<void>;
}

/** Runs a subcommand and waits until its standard output holds `ready`. */
export async function run(args: string[], environment: Record<string, string>, ready: RegExp): Promise<Running> {
  const child = spawn(BINARY, args, {
    env: { MENPAI_LOG: 'warn', MENPAI_LISTEN: '127.0.0.1:0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [name = ''] = args;
  const printed: string[] = [];
  const logged: string[] = [];
  let isAsked = false;
  const output = () => printed.join('\n');
  const ending = () => `menpai ${name} ${endOf(child)}; the last of its log:\n${logged.slice(-TOLD_LINES).join('\n') || '(nothing)'}`;
  const lost = () => (isRunning(child) || isAsked ? undefined : ending());
  // A test that fails before it stops what it started must leave nothing behind.
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  createInterface({ input: child.stderr }).on('line', (line) => {
    logged.push(line);
    if (logged.length > KEPT_LINES) logged.shift();
  });
  await new Promise<void>((resolve, reject) => {
    child.on('error', reject);
    // After `exit` what it wrote last may still be on its way; `close` comes when all of it was read.
    child.on('close', () => {
      process.off('exit', kill);
      reject(new Error(`${ending()}\nIt had printed:\n${output()}`));
    });
    createInterface({ input: child.stdout }).on('line', (line) => {
      printed.push(line);
      if (ready.test(output())) resolve();
    });
  });
  const stop = async () => {
    const before = lost();
    if (before !== undefined) throw new Error(before);
    isAsked = true;
    const ended = once(child, 'close');
    child.kill('SIGTERM');
    await ended;
    if (child.exitCode !== 0) throw new Error(ending());
  };
  return { name, output, log: () => logged.join('\n'), lost, stop };
}

const isRunning = ({ exitCode, signalCode }: ChildProcess) => exitCode === null && signalCode === null;

function endOf({ exitCode, signalCode }: ChildProcess): string {
  if (signalCode !== null) return `was ended by ${signalCode}`;
  return exitCode === null ? 'is running' : `ended with exit code ${exitCode}`;
}
