import type { AuditEntry } from '../../api';
import type { Dictionary } from '../../i18n';

/** What an action is called; one that is new here keeps its stable name. */
export function actionInWords(action: string, { audit }: Dictionary): string | undefined {
  return lookUp(audit.actions, action);
}

/** What an entry carries, one a line, with fields and their values as people read them; what is unknown stays as it is. */
export function detailInWords({ action, detail }: Pick<AuditEntry, 'action' | 'detail'>, texts: Dictionary): string[] {
  const isOfMember = action.startsWith('member.');
  return detail.split('\n').map((line) => {
    const [, field, value] = /^([\w ]+(?:\.pinned)?): ?(.*)$/.exec(line) ?? [];
    if (field === undefined || value === undefined) return line;
    const name = fieldInWords(field, isOfMember, texts);
    if (name === undefined) return line;
    const sides = value.split(' → ').map((side) => valueInWords(field, side, isOfMember, texts));
    const isHidden = value === '(old) → (new)';
    return texts.audit.line(name, isHidden ? texts.audit.changed : sides.join(' → '));
  });
}

function fieldInWords(field: string, isOfMember: boolean, texts: Dictionary): string | undefined {
  const { audit, directory, sync } = texts;
  const plain = field.replace(/\.pinned$/, '');
  const [first, second] = isOfMember ? [directory.fields, audit.fields] : [audit.fields, directory.fields];
  const name = lookUp(first, plain) ?? lookUp(second, plain) ?? lookUp(sync.counts, plain);
  return name !== undefined && plain !== field ? audit.pinned(name) : name;
}

/** What somebody typed (names, addresses, reasons) is never translated. */
function valueInWords(field: string, value: string, isOfMember: boolean, texts: Dictionary): string {
  const { audit, conflicts, directory, integrations, session, tenants } = texts;
  switch (field) {
    case 'name':
    case 'reason':
    case 'url':
      return value;
    case 'status':
      return lookUp(isOfMember ? directory.statuses : tenants.statuses, value) ?? value;
    case 'role':
      return lookUp(directory.roles, value) ?? value;
    case 'method':
      return lookUp(session.openSessions.methods, value) ?? value;
    case 'colleagues':
      return lookUp(tenants.mine.visible, value) ?? value;
    case 'action':
      return Object.entries(conflicts.actions).find(([action]) => action === value)?.[1].name ?? value;
    case 'scopes':
      return value
        .split(' ')
        .map((scope) => lookUp(integrations.tokens.scopeNames, scope) ?? scope)
        .join(audit.list);
    case 'schedule':
      return scheduleInWords(value, texts);
    case 'conflict':
      return lookUp(audit.values.conflict, value.split(' ', 1)[0] ?? '') ?? value;
    case 'members':
    case 'transport':
    case 'note':
      return lookUp(audit.values[field], value) ?? value;
    default:
      if (value === '') return directory.member.nothing;
      return value === 'true' || value === 'false' ? audit.values[value] : value;
  }
}

function scheduleInWords(value: string, { audit }: Dictionary): string {
  const { off, everyHours, dailyAt } = audit.schedules;
  const [mode, first = '', ...rest] = value.split(' ');
  if (mode === 'off') return off;
  if (mode === 'everyHours') return everyHours(first);
  return mode === 'dailyAt' ? dailyAt(first, rest.join(' ')) : value;
}

/** A table's word for a key that may not be in it. */
function lookUp(words: Record<string, string>, key: string): string | undefined {
  return Object.hasOwn(words, key) ? words[key] : undefined;
}
