/** The pages' texts in English. */
import type { Dictionary } from '../zh-CN';
import { dingtalk } from './dingtalk';
import { directory } from './directory';
import { general } from './general';
import { session } from './session';
import { setup } from './setup';
import { shell } from './shell';
import { sync } from './sync';
import { tenants } from './tenants';

export const en: Dictionary = {
  ...general,
  dingtalk,
  directory,
  session,
  setup,
  shell,
  sync,
  tenants,
};
