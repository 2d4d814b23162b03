// A server with a DingTalk of its own on this machine, and a way to talk to both beside the pages.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run, type Running } from './process.ts';

/** The platform administrator of every server that has one from the start. */
export const ADMINISTRATOR = { username: 'admin', password: 'a long enough password' };

/** What a simulated enterprise's application is known by. */
export interface Credentials {
  corpId: string;
  agentId: string;
  clientId: string;
  clientSecret: string;
}

/** A tenant that is connected to a simulated enterprise. */
export interface Connected extends Credentials {
  tenantId: number;
  name: string;
  houseNumber: string;
}

/** How a server is started. */
export interface Options {
  /** Whether it has `ADMINISTRATOR` from the start, or is to be set up by hand. */
  administrator?: boolean;
  /** Settings beside the usual ones, as environment variables. */
  settings?: Record<string, string>;
}

type Json = Record<string, unknown>;

export class Appliance {
  #session: string | undefined;
  #enterprises = 0;

  private constructor(
    readonly url: string,
    /** Where the simulated DingTalk is. */
    readonly dingtalk: string,
    /** The one-time link, where there is no administrator yet. */
    readonly setupLink: string | undefined,
    private readonly processes: Running[],
    private readonly directory: string,
  ) {}

  /** A server in a fresh directory. */
  static async start({ administrator = true, settings = {} }: Options = {}): Promise<Appliance> {
    const directory = await mkdtemp(join(tmpdir(), 'menpai-e2e-'));
    const arguments_ = ['simulate', '--members', '40', '--address', '127.0.0.1:0'];
    const simulator = await run(arguments_, {}, /control\/v1\/state/);
    const dingtalk = /http:\/\/127\.0\.0\.1:\d+/.exec(simulator.output())?.[0] ?? '';
    const first = {
      MENPAI_ADMIN_USERNAME: ADMINISTRATOR.username,
      MENPAI_ADMIN_PASSWORD: ADMINISTRATOR.password,
    };
    const environment = {
      MENPAI_DATA_DIR: join(directory, 'data'),
      MENPAI_DINGTALK_OAPI_URL: dingtalk,
      MENPAI_DINGTALK_API_URL: dingtalk,
      MENPAI_DINGTALK_LOGIN_URL: dingtalk,
      MENPAI_DINGTALK_QPS: '0',
      ...(administrator ? first : {}),
      ...settings,
    };
    const server = await run(['serve'], environment, administrator ? /\/tenantId\// : /setup\?token=\S+/);
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(server.output())?.[0] ?? '';
    const setupLink = /http:\S+setup\?token=\S+/.exec(server.output())?.[0];
    const appliance = new Appliance(url, dingtalk, setupLink, [server, simulator], directory);
    if (administrator) await appliance.#signIn();
    return appliance;
  }

  async stop(): Promise<void> {
    const ends = await Promise.allSettled(this.processes.map((running) => running.stop()));
    await rm(this.directory, { recursive: true });
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  }

  /** How those of its processes ended that nobody had asked to. */
  lost(): string[] {
    return this.processes.flatMap((running) => running.lost() ?? []);
  }

  /** What each of its processes wrote to its log. */
  logs(): { name: string; log: string }[] {
    return this.processes.map(({ name, log }) => ({ name, log: log() }));
  }

  /** A call of the native API as the administrator; fails when it is refused. */
  async call<T = Json>(method: string, path: string, body?: Json): Promise<T> {
    return json<T>(method, `${this.url}/api/v1${path}`, body, this.#session);
  }

  /** A call of the simulator's control interface. */
  async control<T = Json>(method: string, path: string, body?: Json): Promise<T> {
    return json<T>(method, `${this.dingtalk}/control/v1${path}`, body);
  }

  /** An enterprise of its own for the caller, of so many people whom no other one has. */
  async enterprise(members: number, awkward = false): Promise<Credentials> {
    return this.control<Credentials>('POST', '/organisations', { members, awkward, seed: ++this.#enterprises * 1_000 });
  }

  /** A new tenant, connected to a new enterprise; nothing is synchronised yet. */
  async tenant(name: string, members = 30, awkward = false): Promise<Connected> {
    return this.connect(name, await this.enterprise(members, awkward));
  }

  /** A new tenant, connected to an enterprise; nothing is synchronised yet. */
  async connect(name: string, credentials: Credentials): Promise<Connected> {
    const { id, houseNumber } = await this.call<{ id: number; houseNumber: string }>('POST', '/tenants', { name });
    const { agentId, clientId, clientSecret, corpId } = credentials;
    await this.call('PUT', `/tenants/${id}/dingtalk`, {
      agentId: String(agentId),
      clientId,
      clientSecret,
      corpId,
      enabled: true,
    });
    return { ...credentials, tenantId: id, name, houseNumber };
  }

  /** Synchronises a tenant and waits for the end; gives the run. */
  async synchronise(tenantId: number, mode: 'apply' | 'preview' = 'apply'): Promise<Json & { id: string; status: string }> {
    const { id } = await this.call<{ id: string }>('POST', `/tenants/${tenantId}/syncRuns`, { mode });
    for (;;) {
      const run = await this.call<Json & { id: string; status: string }>('GET', `/tenants/${tenantId}/syncRuns/${id}`);
      if (run.status !== 'queued' && run.status !== 'running') return run;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** The simulated enterprise's people, as DingTalk keeps them. */
  async people(corpId: string): Promise<{ userid: string; name: string; mobile?: string }[]> {
    return this.control('GET', `/organisations/${corpId}/users`);
  }

  /** People leave the simulated enterprise. */
  async leave(corpId: string, people: { userid: string }[]): Promise<void> {
    for (const { userid } of people) await this.control('DELETE', `/organisations/${corpId}/users/${userid}`);
  }

  /** A person in the simulated enterprise is changed or, with a new userid, hired. */
  async person(corpId: string, userid: string, patch: Json): Promise<void> {
    await this.control('PATCH', `/organisations/${corpId}/users/${userid}`, patch);
  }

  async #signIn(): Promise<void> {
    const { token } = await this.call<{ token: string }>('POST', '/sessions', ADMINISTRATOR);
    this.#session = token;
  }
}

async function json<T>(method: string, url: string, body?: Json, token?: string): Promise<T> {
  const answer = await fetch(url, {
    method,
    headers: { 'Content-Type': 'application/json', ...(token !== undefined && { 'X-Access-Token': token }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}
