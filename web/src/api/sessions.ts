/** Who comes in, and how the first one does. */
import { answer, client } from './client';

/** Also signs in. */
export const createFirstAdministrator = (body: { token: string; username: string; password: string }) =>
  answer(client.POST('/setup', { body }));

export const createSession = (body: { username: string; password: string }) =>
  answer(client.POST('/sessions', { body }));

export const deleteCurrentSession = () => answer(client.DELETE('/sessions/current'));

export const getMe = () => answer(client.GET('/me'));

export const changePassword = (body: { currentPassword: string; newPassword: string }) =>
  answer(client.POST('/me/password', { body }));
