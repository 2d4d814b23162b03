/** The shapes of the native API that the pages use, under their names in the specification. */
import type { components, operations } from './schema.gen';

type Schemas = components['schemas'];
type Query<Operation extends keyof operations> = NonNullable<operations[Operation]['parameters']['query']>;

export type ActorKind = Schemas['ActorKind'];
export type ApiToken = Schemas['ApiToken'];
export type ApiTokenScope = Schemas['ApiTokenScope'];
export type AuditEntry = Schemas['AuditEntry'];
export type Change = Schemas['Change'];
export type ChangeKind = Schemas['ChangeKind'];
export type ChangeMember = Schemas['ChangeMember'];
export type ChangeTenant = Schemas['ChangeTenant'];
export type Conflict = Schemas['Conflict'];
export type ConflictAction = Schemas['ConflictAction'];
export type CreateApiToken = Schemas['CreateApiToken'];
export type DeliveryState = Schemas['DeliveryState'];
export type Department = Schemas['Department'];
export type DetachedMembers = Schemas['DetachedMembers'];
export type DingTalkApplication = Schemas['DingTalkApplication'];
export type DoctorCheck = Schemas['DoctorCheck'];
export type DoctorReport = Schemas['DoctorReport'];
export type EventSubscription = Schemas['EventSubscription'];
export type EventTransport = Schemas['EventTransport'];
export type FieldChange = Schemas['FieldChange'];
export type LiveDepartment = Schemas['LiveDepartment'];
export type Member = Schemas['Member'];
export type MemberHistoryEntry = Schemas['MemberHistoryEntry'];
export type MemberQuery = Query<'exportMembers'>;
export type MemberStatus = Schemas['MemberStatus'];
/** The generator loses the kinds of content behind a described field. */
export type Message = Omit<Schemas['Message'], 'content'> & { content: MessageContent };
export type MessageAudience = Schemas['MessageAudience'];
export type MessageContent = Schemas['MessageContent'];
export type NewMessage = Schemas['NewMessage'];
export type PutDingTalkApplication = Schemas['PutDingTalkApplication'];
export type PutEventSubscription = Schemas['PutEventSubscription'];
export type Recipient = Schemas['Recipient'];
export type ResolveConflict = Schemas['ResolveConflict'];
export type Schedule = Schemas['Schedule'];
export type ScheduleMode = Schemas['ScheduleMode'];
export type SyncCounts = Schemas['SyncRunCounts'];
export type SyncRun = Schemas['SyncRun'];
export type System = Schemas['System'];
export type Tenant = Schemas['Tenant'];
export type TenantSettings = Schemas['TenantSettings'];
