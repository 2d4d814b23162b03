// The main job with a generated TypeScript client: from a new tenant to a message whose delivery is known.
import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

type Schemas = components["schemas"];

/** What the surroundings say. */
function given(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
}

/** The answer, where only success makes sense. */
async function must<T>(
  called: Promise<{ data?: T; error?: Schemas["Problem"]; response: Response }>,
): Promise<T> {
  const { data, error, response } = await called;
  if (data === undefined) throw new Error(`${response.status}: ${error?.code} ${error?.detail}`);
  return data;
}

/** Asks until the answer is there, for at most a minute. */
async function until<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  for (let tries = 0; tries < 300; tries += 1) {
    const found = await ask();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`${what} takes longer than a minute`);
}

function client(token?: string) {
  const headers = token === undefined ? {} : { "X-Access-Token": token };
  return createClient<paths>({ baseUrl: given("MENPAI_API"), headers });
}

async function signIn(username: string, password: string): Promise<Schemas["Session"]> {
  return must(client().POST("/sessions", { body: { username, password } }));
}

const administrator = client((await signIn(given("MENPAI_USERNAME"), given("MENPAI_PASSWORD"))).token);

const tenant = await must(administrator.POST("/tenants", { body: { name: "TypeScript" } }));
const path = { tenantId: tenant.id };
await must(
  administrator.PUT("/tenants/{tenantId}/dingtalk", {
    params: { path },
    body: {
      agentId: given("DINGTALK_AGENT_ID"),
      clientId: given("DINGTALK_CLIENT_ID"),
      clientSecret: given("DINGTALK_CLIENT_SECRET"),
      corpId: given("DINGTALK_CORP_ID"),
      enabled: true,
    },
  }),
);

const { id: runId } = await must(
  administrator.POST("/tenants/{tenantId}/syncRuns", { params: { path }, body: { mode: "apply" } }),
);
const run = await until("the run", async () => {
  const found = await must(
    administrator.GET("/tenants/{tenantId}/syncRuns/{runId}", { params: { path: { ...path, runId } } }),
  );
  return ["queued", "running"].includes(found.status) ? undefined : found;
});
if (run.status !== "succeeded") throw new Error(`the run ended as ${run.status}`);

const members: Schemas["Member"][] = [];
let cursor: string | undefined;
do {
  const query = { limit: 10, ...(cursor === undefined ? {} : { cursor }) };
  const page = await must(administrator.GET("/tenants/{tenantId}/members", { params: { path, query } }));
  members.push(...page.items);
  cursor = page.nextCursor;
} while (cursor !== undefined);
if (members.length !== run.counts.membersCreated) throw new Error(`${members.length} members are listed`);

const username = members.map((member) => member.username).find((name) => name !== undefined);
if (username === undefined) throw new Error("nobody has a username");
const session = await until("the hashing of the default password", async () => {
  return (await client().POST("/sessions", { body: { username, password: tenant.houseNumber + username } })).data;
});
if (!session.passwordChangeRequired) throw new Error("a default password must be changed");

const { token } = await must(
  administrator.POST("/tenants/{tenantId}/apiTokens", {
    params: { path },
    body: { name: "TypeScript", scopes: ["messages:send"] },
  }),
);
const program = client(token);
const message = await must(
  program.POST("/tenants/{tenantId}/messages", {
    params: { path, header: { "Idempotency-Key": "typescript-1" } },
    body: { content: { type: "text", text: "来自 TypeScript" }, audience: { usernames: [username] } },
  }),
);
const recipient = await until("the delivery", async () => {
  const where = { ...path, messageId: message.id };
  const page = await must(
    program.GET("/tenants/{tenantId}/messages/{messageId}/recipients", { params: { path: where } }),
  );
  return page.items.find((one) => one.state === "unread" || one.state === "read");
});
console.log(`TypeScript: ${members.length} members, the message is ${recipient.state}`);
