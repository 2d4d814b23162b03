/** The one way to the server: typed calls, and the problem that a failed one throws. */
export * from './calls';
export type * from './model';
export { isSignedOut, Problem } from './problem';
