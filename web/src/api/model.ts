/** The shapes of the native API that the pages use. */

export interface Account {
  id: string;
  username: string;
}

export interface Session {
  expiresAt: string;
  account: Account;
  passwordChangeRequired: boolean;
}

export interface Me {
  account: Account;
  passwordChangeRequired?: boolean;
}

export interface Page<T> {
  items: T[];
  nextCursor?: string | null;
}

export interface Tenant {
  id: number;
  name: string;
  houseNumber: string;
  status: string;
}

export interface DingTalkApplication {
  agentId: string;
  clientId: string;
  corpId?: string | null;
  enabled: boolean;
}

export interface DingTalkApplicationInput {
  agentId: string;
  clientId: string;
  /** Absent keeps the stored one. */
  clientSecret?: string;
  corpId?: string;
  enabled: boolean;
}

export type SyncStatus =
  | 'queued'
  | 'running'
  | 'awaitingApproval'
  | 'previewed'
  | 'succeeded'
  | 'failed'
  | 'cancelled';

export type SyncPhase = 'queued' | 'reading' | 'planning' | 'applying' | 'finished';

export interface SyncCounts {
  departmentsRead: number;
  membersRead: number;
  departmentsCreated: number;
  departmentsUpdated: number;
  departmentsRemoved: number;
  membersCreated: number;
  membersJoined: number;
  membersUpdated: number;
  membersDisabled: number;
  membersRestored: number;
  conflicts: number;
  skipped: number;
}

export interface SyncRun {
  id: string;
  status: SyncStatus;
  phase: SyncPhase;
  counts: SyncCounts;
  calls: Record<string, number>;
  error?: { code: string; detail: string; remedy: string } | null;
}
