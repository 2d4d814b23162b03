/** The server as a whole. */
import { answer, client } from './client';

export const getSystem = () => answer(client.GET('/system'));
