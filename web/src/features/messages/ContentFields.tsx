import { Button, Flex, Form, Input, Select, Switch } from 'antd';
import { useTexts } from '../../i18n';
import { STATUS_COLOURS, type StatusColour, type WrittenType } from './content';
import { MediaField } from './MediaField';

/** The fields of one kind of message. Limits are DingTalk's; the server checks them to the byte. */
export function ContentFields({ type, tenantId }: { type: WrittenType; tenantId: number }) {
  switch (type) {
    case 'text':
      return <TextField />;
    case 'markdown':
      return (
        <>
          <TitleField longest={64} />
          <TextField isMarkdown />
        </>
      );
    case 'link':
      return (
        <>
          <TitleField longest={100} />
          <TextField />
          <UrlField />
          <PictureField />
        </>
      );
    case 'actionCard':
      return (
        <>
          <TitleField longest={64} />
          <TextField isMarkdown />
          <Buttons />
        </>
      );
    case 'oa':
      return (
        <>
          <TitleField longest={50} isOptional />
          <UrlField />
          <Rows />
          <TextField isOptional />
          <AuthorField />
          <StatusFields />
        </>
      );
    case 'image':
    case 'file':
      return <MediaField type={type} tenantId={tenantId} />;
  }
}

function useRequired(isOptional = false) {
  const { required } = useTexts();
  return isOptional ? [] : [{ required: true, whitespace: true, message: required }];
}

function TitleField({ longest, isOptional = false }: { longest: number; isOptional?: boolean }) {
  const { fields } = useTexts().messages;
  return (
    <Form.Item name="title" label={fields.title} rules={useRequired(isOptional)}>
      <Input maxLength={longest} showCount />
    </Form.Item>
  );
}

function TextField({ isMarkdown = false, isOptional = false }: { isMarkdown?: boolean; isOptional?: boolean }) {
  const { fields } = useTexts().messages;
  return (
    <Form.Item name="text" label={isMarkdown ? fields.markdown : fields.text} extra={isMarkdown && fields.markdownHint} rules={useRequired(isOptional)}>
      <Input.TextArea rows={isMarkdown ? 10 : 5} />
    </Form.Item>
  );
}

function UrlField() {
  const { fields } = useTexts().messages;
  return (
    <Form.Item name="url" label={fields.url} rules={useRequired()}>
      <Input inputMode="url" placeholder="https://" />
    </Form.Item>
  );
}

function PictureField() {
  const { fields } = useTexts().messages;
  return (
    <Form.Item name="picture" label={fields.picture} rules={useRequired()}>
      <Input inputMode="url" placeholder="https://" />
    </Form.Item>
  );
}

function AuthorField() {
  const { fields } = useTexts().messages;
  return (
    <Form.Item name="author" label={fields.author}>
      <Input maxLength={50} />
    </Form.Item>
  );
}

/** A coloured bar that says how the matter stands. */
function StatusFields() {
  const { fields } = useTexts().messages;
  return (
    <Form.Item label={fields.status} extra={fields.statusHint}>
      <Flex gap={8} wrap>
        <Form.Item name="status" noStyle>
          <Input aria-label={fields.status} maxLength={20} style={{ flex: '2 1 200px' }} />
        </Form.Item>
        <Form.Item name="statusColor" noStyle>
          <Select
            aria-label={fields.statusColour}
            style={{ flex: '1 1 120px' }}
            options={COLOURS.map((value) => ({ value, label: fields.colours[value] }))}
          />
        </Form.Item>
      </Flex>
    </Form.Item>
  );
}

const COLOURS = Object.keys(STATUS_COLOURS) as StatusColour[];

/** DingTalk shows one button across the card, several below each other or side by side. */
const MOST_BUTTONS = 5;

function Buttons() {
  const { fields } = useTexts().messages;
  const rules = useRequired();
  return (
    <Form.List name="buttons">
      {(list, { add, remove }) => (
        <Flex vertical>
          {list.map(({ key, name }) => (
            <Flex key={key} gap={8} align="end" wrap>
              <Form.Item name={[name, 'title']} label={fields.button(name + 1)} rules={rules} style={{ flex: '1 1 140px' }}>
                <Input maxLength={20} />
              </Form.Item>
              <Form.Item name={[name, 'url']} label={fields.url} rules={rules} style={{ flex: '2 1 220px' }}>
                <Input inputMode="url" placeholder="https://" />
              </Form.Item>
              {list.length > 1 && (
                <Form.Item>
                  <Button aria-label={`${fields.remove} ${fields.button(name + 1)}`} onClick={() => remove(name)}>
                    {fields.remove}
                  </Button>
                </Form.Item>
              )}
            </Flex>
          ))}
          <Flex gap={16} align="baseline" wrap>
            {list.length < MOST_BUTTONS && <Button onClick={() => add({})}>{fields.addButton}</Button>}
            {list.length > 1 && (
              <Form.Item name="horizontal" label={fields.horizontal} valuePropName="checked" layout="horizontal">
                <Switch />
              </Form.Item>
            )}
          </Flex>
        </Flex>
      )}
    </Form.List>
  );
}

/** DingTalk's limit for the rows of a form. */
const MOST_ROWS = 6;

function Rows() {
  const { fields } = useTexts().messages;
  return (
    <Form.List name="rows">
      {(list, { add, remove }) => (
        <Form.Item label={fields.rows}>
          <Flex vertical gap={8}>
            {list.map(({ key, name }) => (
              <Flex key={key} gap={8} wrap>
                <Form.Item name={[name, 'key']} noStyle>
                  <Input aria-label={`${fields.rowKey} ${name + 1}`} placeholder={fields.rowKey} style={{ flex: '1 1 120px' }} />
                </Form.Item>
                <Form.Item name={[name, 'value']} noStyle>
                  <Input aria-label={`${fields.rowValue} ${name + 1}`} placeholder={fields.rowValue} style={{ flex: '2 1 200px' }} />
                </Form.Item>
                <Button aria-label={`${fields.remove} ${name + 1}`} onClick={() => remove(name)}>
                  {fields.remove}
                </Button>
              </Flex>
            ))}
            {list.length < MOST_ROWS && (
              <Button style={{ alignSelf: 'start' }} onClick={() => add({})}>
                {fields.addRow}
              </Button>
            )}
          </Flex>
        </Form.Item>
      )}
    </Form.List>
  );
}
