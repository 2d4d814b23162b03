/** The shapes of the native API that the pages use, under their names in the specification. */
import type { components, operations } from './schema.gen';

type Schemas = components['schemas'];
type Query<Operation extends keyof operations> = NonNullable<operations[Operation]['parameters']['query']>;

export type Change = Schemas['Change'];
export type ChangeMember = Schemas['ChangeMember'];
export type Department = Schemas['Department'];
export type DingTalkApplication = Schemas['DingTalkApplication'];
export type Member = Schemas['Member'];
export type MemberHistoryEntry = Schemas['MemberHistoryEntry'];
export type MemberQuery = Query<'exportMembers'>;
export type MemberStatus = Schemas['MemberStatus'];
export type PutDingTalkApplication = Schemas['PutDingTalkApplication'];
export type SyncCounts = Schemas['SyncRunCounts'];
export type SyncRun = Schemas['SyncRun'];
export type Tenant = Schemas['Tenant'];
