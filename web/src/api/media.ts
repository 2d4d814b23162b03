/** Files that messages refer to. */
import { answer, client } from './client';

/** Hands a file to DingTalk; the answer's id goes into messages. */
export const uploadMedia = (tenantId: number, type: 'image' | 'file', file: File) =>
  answer(
    client.POST('/tenants/{tenantId}/media', {
      params: { path: { tenantId } },
      // The types know a file as text; what is sent is the form.
      body: { type, file: '' },
      bodySerializer: () => {
        const form = new FormData();
        form.append('type', type);
        form.append('file', file);
        return form;
      },
    }),
  );
