import { expect, it } from 'vitest';
import type { DingTalkApplication, DoctorReport, SyncRun } from '../../api';
import { after, before, nextStep, resumedStep, stepOf } from './steps';

it('goes on where the tenant was left', () => {
  const application = {} as DingTalkApplication;
  const report = {} as DoctorReport;
  const run = (status: string) => ({ status }) as SyncRun;
  expect(nextStep({ application: null, report: null, run: null })).toBe('application');
  expect(nextStep({ application, report: null, run: null })).toBe('doctor');
  expect(nextStep({ application, report, run: null })).toBe('departments');
  expect(nextStep({ application, report, run: run('previewed') })).toBe('sync');
  expect(nextStep({ application, report, run: run('succeeded') })).toBe('message');
});

it('resumes the step that was left, unless something before it is missing', () => {
  const application = {} as DingTalkApplication;
  const report = {} as DoctorReport;
  const run = { status: 'succeeded' } as SyncRun;
  expect(resumedStep({ application, report, run }, 'schedule')).toBe('schedule');
  expect(resumedStep({ application, report, run }, 'doctor')).toBe('message');
  expect(resumedStep({ application, report, run: null }, 'sync')).toBe('sync');
  expect(resumedStep({ application, report, run: null }, 'addresses')).toBe('departments');
  expect(resumedStep({ application: null, report: null, run: null }, 'schedule')).toBe('application');
  expect(resumedStep({ application, report, run }, undefined)).toBe('message');
});

it('knows its neighbours, and no step by a wrong name', () => {
  expect(before('application')).toBeUndefined();
  expect(after('schedule')).toBeUndefined();
  expect(after('doctor')).toBe('departments');
  expect(stepOf('nowhere')).toBeUndefined();
});
