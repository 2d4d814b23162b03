/** The pages' texts in English. */
import type { Dictionary } from '../zh-CN';
import { administrators } from './administrators';
import { audit } from './audit';
import { conflicts } from './conflicts';
import { dingtalk } from './dingtalk';
import { directory } from './directory';
import { general } from './general';
import { guide } from './guide';
import { integrations } from './integrations';
import { messages } from './messages';
import { overview } from './overview';
import { schedule } from './schedule';
import { session } from './session';
import { setup } from './setup';
import { shell } from './shell';
import { start } from './start';
import { sync } from './sync';
import { system } from './system';
import { tenants } from './tenants';

export const en: Dictionary = {
  ...general,
  administrators,
  audit,
  conflicts,
  dingtalk,
  directory,
  guide,
  integrations,
  messages,
  overview,
  schedule,
  session,
  setup,
  shell,
  start,
  sync,
  system,
  tenants,
};
