import type { general as chinese } from '../zh-CN/general';

export const general: typeof chinese = {
  product: 'Menpai',
  tagline: 'The directory in step with DingTalk, every message accounted for',
  languageName: 'English',
  otherLanguage: '中文',
  apiDocs: 'API',
  retry: 'Try again',
  loading: 'Loading',
  cancel: 'Cancel',
  save: 'Save',
  required: 'This is required',
  requestId: (id) => `Request ${id}`,
  paging: { label: 'Pages', previous: 'Previous', next: 'Next', page: (page) => `Page ${page}` },
  problem: {
    unreachable: 'The server cannot be reached. Check the network and try again.',
    unexpected: (status) => `The server gave an unexpected answer (${status}).`,
    forbiddenTitle: 'Not permitted',
    forbidden: 'This account may not see this. Ask a platform administrator.',
    title: 'Something went wrong',
    notFound: 'There is no such page',
    backHome: 'To the first page',
  },
  password: {
    label: 'Password',
    again: 'Once more',
    mismatch: 'The two passwords differ',
    tooShort: 'At least 8 characters',
    hint: 'At least 8 characters, without the account name, and not one that everybody tries first.',
  },
};
