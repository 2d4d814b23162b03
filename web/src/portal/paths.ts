/**
 * The address of every page of the portal, below `/tenantId/<id>`. The routes are made from this list, and so are the
 * browser tests and pictures that go through all pages.
 */
export const PORTAL_PATHS = ['', 'colleagues', 'messages', 'me', 'sessions', 'password'] as const;

export type PortalPath = (typeof PORTAL_PATHS)[number];
