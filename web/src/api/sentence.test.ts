import { expect, it } from 'vitest';
import { sentence } from './sentence';

it('begins a text of the server’s as a sentence, in either language', () => {
  expect(sentence('the file is empty')).toBe('The file is empty');
  expect(sentence('文件为空')).toBe('文件为空');
  expect(sentence('')).toBe('');
});
