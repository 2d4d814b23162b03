/** The shapes of the native API that the pages use, under their names in the specification. */
import type { components } from './schema.gen';

type Schemas = components['schemas'];

export type DingTalkApplication = Schemas['DingTalkApplication'];
export type PutDingTalkApplication = Schemas['PutDingTalkApplication'];
export type SyncCounts = Schemas['SyncRunCounts'];
export type SyncRun = Schemas['SyncRun'];
export type Tenant = Schemas['Tenant'];
