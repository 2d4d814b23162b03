import { expect, it } from 'vitest';
import { fieldsOf } from './CustomFields';

it('reads an enterprise’s own fields, and leaves what it cannot read as it stands', () => {
  expect(fieldsOf('{"工位":"A-17","楼层":3,"空":null}')).toEqual([
    ['工位', 'A-17'],
    ['楼层', '3'],
    ['空', ''],
  ]);
  for (const text of ['', 'A-17', '[1]', 'null', '7', '{"a":{"b":1}}', '{"a":']) expect(fieldsOf(text)).toBeUndefined();
});
