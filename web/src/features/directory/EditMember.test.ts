import { expect, it } from 'vitest';
import { differences } from './EditMember';

const before = {
  name: '张三',
  mobile: '',
  jobNumber: 'A1',
  title: '工程师',
  email: '',
  orgEmail: '',
  telephone: '',
  workPlace: '',
  remark: '',
};

it('sends what was changed and nothing else, because every field that is sent stops following DingTalk', () => {
  expect(differences(before, before)).toEqual({});
  expect(differences(before, { ...before, jobNumber: ' A2 ', title: '' })).toEqual({ jobNumber: 'A2', title: '' });
  expect(differences(before, { ...before, mobile: '13800000000' })).toEqual({ mobile: '13800000000' });
});
