/** The one way to the server: typed calls, one file a noun, and the problem that a failed one throws. */
export * from './administrators';
export * from './apiTokens';
export * from './audit';
export * from './conflicts';
export * from './dingtalk';
export * from './directory';
export * from './health';
export * from './media';
export * from './messages';
export type * from './model';
export * from './openSessions';
export * from './passwordLinks';
export { isSignedOut, Problem } from './problem';
export * from './sessions';
export * from './syncRuns';
export * from './system';
export * from './tenants';
export * from './webhooks';
