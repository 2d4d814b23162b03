import type { DingTalkApplication, DoctorReport, SyncRun } from '../../api';

/** The steps of the first run inside a tenant, in order. */
export const STEPS = ['application', 'doctor', 'departments', 'sync', 'message', 'addresses', 'schedule'] as const;
export type Step = (typeof STEPS)[number];

/** What already exists of a tenant. */
export interface Existing {
  application: DingTalkApplication | null;
  report: DoctorReport | null;
  run: SyncRun | null;
}

/** Where to go on: the first step of which there is nothing yet. What cannot be told from the data is never insisted on. */
export function nextStep({ application, report, run }: Existing): 'application' | 'doctor' | 'departments' | 'sync' | 'message' {
  if (application === null) return 'application';
  if (report === null) return 'doctor';
  if (run === null) return 'departments';
  if (run.status !== 'succeeded') return 'sync';
  return 'message';
}

/** Which steps can be worked on while this is the first of which there is nothing. */
const FARTHEST: Record<ReturnType<typeof nextStep>, Step> = {
  application: 'application',
  doctor: 'doctor',
  departments: 'sync',
  sync: 'sync',
  message: 'schedule',
};

/** Where to go on after the walk was left at a step: there, unless something before it is still missing. */
export function resumedStep(existing: Existing, left: Step | undefined): Step {
  const next = nextStep(existing);
  const place = left === undefined ? -1 : STEPS.indexOf(left);
  const isBetween = place > STEPS.indexOf(next) && place <= STEPS.indexOf(FARTHEST[next]);
  return left !== undefined && isBetween ? left : next;
}

/** The step that a page's address names, if it is one. */
export function stepOf(name: string | null | undefined): Step | undefined {
  return STEPS.find((step) => step === name);
}

export function after(step: Step): Step | undefined {
  return STEPS[STEPS.indexOf(step) + 1];
}

export function before(step: Step): Step | undefined {
  return STEPS[STEPS.indexOf(step) - 1];
}
