/** Where the server's readiness stands among what was loaded. */
export const READINESS = ['readiness'] as const;
