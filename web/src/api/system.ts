/** The server as a whole: its state, its last errors, its backups. */
import { answer, client } from './client';
import type { BackupPlan, RestoreTerms } from './model';

export const getSystem = () => answer(client.GET('/system'));

/** What went wrong lately, with the requests in which it did. */
export const listRecentErrors = () => answer(client.GET('/system/errors'));

/** What support needs, in readable files without secrets. */
export const downloadSupportBundle = () => answer(client.GET('/system/supportBundle', { parseAs: 'blob' }));

export const listBackups = (cursor?: string) =>
  answer(client.GET('/backups', { params: { query: { limit: 20, ...(cursor && { cursor }) } } }));

export const createBackup = () => answer(client.POST('/backups'));

export const verifyBackup = (backupId: string) => answer(client.POST('/backups/{backupId}/verify', { params: { path: { backupId } } }));

export const deleteBackup = (backupId: string) => answer(client.DELETE('/backups/{backupId}', { params: { path: { backupId } } }));

/** Where the browser fetches a backup's file; it may be larger than a page should hold. */
export const backupFile = (backupId: string) => `/api/v1/backups/${backupId}/content`;

/** Brings a backup from elsewhere; it goes as it is, whatever its size. */
export const uploadBackup = (file: File) =>
  answer(
    client.POST('/backups/uploads', {
      // The types know a file as text.
      body: '',
      bodySerializer: () => file,
      headers: { 'Content-Type': 'application/octet-stream' },
    }),
  );

/** Begins to put a backup in the place of everything; {@link getRestore} tells how far it is. */
export const restoreBackup = (backupId: string, body: RestoreTerms) =>
  answer(client.POST('/backups/{backupId}/restore', { params: { path: { backupId } }, body }));

export const getRestore = () => answer(client.GET('/backups/restore'));

export const getBackupPlan = () => answer(client.GET('/backups/plan'));

export const setBackupPlan = (body: BackupPlan) => answer(client.PUT('/backups/plan', { body }));
