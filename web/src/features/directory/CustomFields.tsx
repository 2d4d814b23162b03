import { Flex } from 'antd';

/** The enterprise's own fields: DingTalk keeps them as one JSON text; anything else is shown as it stands. */
export function CustomFields({ text }: { text: string }) {
  const fields = fieldsOf(text);
  if (fields === undefined) return text;
  return (
    <Flex vertical gap={4}>
      {fields.map(([name, value]) => (
        <span key={name}>
          {name}: {value}
        </span>
      ))}
    </Flex>
  );
}

/** Name and value of each field; nothing where the text is no flat object. */
export function fieldsOf(text: string): [string, string][] | undefined {
  try {
    const read: unknown = JSON.parse(text);
    if (typeof read !== 'object' || read === null || Array.isArray(read)) return undefined;
    const fields = Object.entries(read as Record<string, unknown>);
    const plain = fields.map(([name, value]): [string, string | undefined] => [name, plainly(value)]);
    return plain.every((field): field is [string, string] => field[1] !== undefined) ? plain : undefined;
  } catch {
    return undefined;
  }
}

/** A text, a number or a flag as text; nothing for what holds more. */
function plainly(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (value === null) return '';
  return typeof value === 'object' ? undefined : JSON.stringify(value);
}
