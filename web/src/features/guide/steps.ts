/** DingTalk's console as it is today, and as it was before. */
export type Vintage = 'new' | 'old';

const NEW = ['account', 'create', 'web', 'security', 'permissions', 'publish', 'credentials', 'synchronise'] as const;
const OLD = ['account', 'create', 'addresses', 'permissions', 'redirect', 'publish', 'credentials', 'synchronise'] as const;

export type Step = (typeof NEW)[number] | (typeof OLD)[number];

/** What is done, in the order in which the console of that vintage asks for it. */
export function stepsOf(vintage: Vintage): readonly Step[] {
  return vintage === 'new' ? NEW : OLD;
}
