// A test of the generated client. It creates an agent with a repeated request, follows the agent's operation, clears fields, finds
// the agent in the list, and gets a problem.
import assert from 'node:assert/strict';
import { client } from './client/client.gen.js';
import { createAgent, getAgent, listAgents, listOperations, patchAgent } from './client/sdk.gen.js';
import type { NewAgent, Problem } from './client/types.gen.js';

client.setConfig({ baseUrl: process.env.SWITCHBOARD_URL!, auth: process.env.SWITCHBOARD_KEY! });

const body: NewAgent = {
  name: 'Reception',
  direction: 'inbound',
  language: 'de',
  external_ref: 'typescript',
  prompt: { instructions: 'You answer the phone.' },
  greeting: { message: 'Guten Tag!' },
  voice: { id: 'warm-female', speed: 1.1 },
};

const create = () => createAgent({ body, headers: { Prefer: 'wait=30', 'Idempotency-Key': 'once-in-typescript' } });
const created = await create();
assert.equal(created.response.status, 201);
assert(created.data);
assert.equal(created.data.greeting?.message, 'Guten Tag!');
assert.equal(created.data.placement.vendor, 'qcall');
assert.equal(created.data.sync.state, 'in_sync');
const again = await create();
assert.equal(again.response.headers.get('Idempotent-Replayed'), 'true');
assert.equal(again.data?.id, created.data.id);
const path = { id: created.data.id };

const followed = await listOperations({ query: { resource_id: path.id } });
assert.deepEqual(followed.data?.data.map(({ kind, state }) => [kind, state]), [['create', 'succeeded']]);

const patched = await patchAgent({
  path,
  headers: { 'If-Match': created.response.headers.get('ETag')! },
  body: { greeting: { message: null }, external_ref: null },
});
assert.equal(patched.response.status, 200);
assert(patched.data);
assert.equal(patched.data.greeting?.message, undefined);
assert.equal(patched.data.external_ref, undefined);
assert.equal(patched.data.voice.speed, 1.1);
assert.equal(patched.data.revision, created.data.revision + 1);

const listed = await listAgents({ query: { limit: 200 } });
assert(listed.data);
assert(listed.data.data.some((agent) => agent.id === path.id));
assert.equal(listed.data.next_cursor, null);

const refused = await createAgent({ body: { ...body, voice: { id: 'warm-female', speed: 9 } } });
assert.equal(refused.data, undefined);
const problem: Problem = refused.error!;
assert.equal(problem.status, 422);
assert.equal(problem.code, 'validation_failed');
assert.deepEqual(problem.errors?.map(({ pointer }) => pointer), ['/voice/speed']);

const missing = await getAgent({ path: { id: 'agt_00000000000000000000000000' } });
assert.equal(missing.error?.code, 'not_found');
