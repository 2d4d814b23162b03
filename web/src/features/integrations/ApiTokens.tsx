import { useQueryClient } from '@tanstack/react-query';
import { Button, Flex, Tag, Typography, type TableProps } from 'antd';
import { useState } from 'react';
import { listApiTokens, revokeApiToken, type ApiToken } from '../../api';
import { useTexts } from '../../i18n';
import { useFormats } from '../../shared/formats';
import { PagedTable } from '../../shared/PagedTable';
import { Time } from '../../shared/Time';
import { useConfirm } from '../../shared/useConfirm';
import { usePages } from '../../shared/usePages';
import { CreateApiToken } from './CreateApiToken';
import { isExpired } from './tokens';

export const tokensKey = (tenantId: number) => ['apiTokens', tenantId] as const;

/** The tenant's API tokens: what each may do, until when, and when it was last used. */
export function ApiTokens({ tenantId }: { tenantId: number }) {
  const { tokens } = useTexts().integrations;
  const queries = useQueryClient();
  const confirm = useConfirm();
  const [creating, setCreating] = useState(false);
  const pages = usePages<ApiToken>(tokensKey(tenantId), (cursor) => listApiTokens(tenantId, cursor));
  const revoke = ({ id, name }: ApiToken) =>
    confirm({
      title: tokens.revokeTitle(name),
      consequence: tokens.revokeResult,
      action: tokens.revoke,
      isDangerous: true,
      done: tokens.revoked(name),
      run: () => revokeApiToken(tenantId, id).then(() => queries.invalidateQueries({ queryKey: tokensKey(tenantId) })),
    });
  return (
    <Flex vertical gap={16}>
      <Flex justify="space-between" gap={16} wrap>
        <Typography.Text type="secondary" style={{ flex: '1 1 320px' }}>
          {tokens.intro}
        </Typography.Text>
        <Button type="primary" onClick={() => setCreating(true)}>
          {tokens.create}
        </Button>
      </Flex>
      <PagedTable label={tokens.title} pages={pages} columns={useColumns(revoke)} rowKey={({ id }) => id} empty={tokens.empty} />
      <CreateApiToken tenantId={tenantId} open={creating} onClose={() => setCreating(false)} />
    </Flex>
  );
}

function useColumns(onRevoke: (token: ApiToken) => void): NonNullable<TableProps<ApiToken>['columns']> {
  const { tokens } = useTexts().integrations;
  const { day } = useFormats();
  return [
    { title: tokens.name, dataIndex: 'name', key: 'name' },
    { title: tokens.scopes, key: 'scopes', render: (_, { scopes }) => scopes.map((scope) => <Tag key={scope}>{tokens.scopeNames[scope]}</Tag>) },
    { title: tokens.createdAt, key: 'createdAt', render: (_, { createdAt }) => day(createdAt) },
    {
      title: tokens.lastUsedAt,
      key: 'lastUsedAt',
      render: (_, { lastUsedAt }) => (lastUsedAt === undefined ? <Typography.Text type="secondary">{tokens.unused}</Typography.Text> : <Time at={lastUsedAt} />),
    },
    {
      title: tokens.expiresAt,
      key: 'expiresAt',
      render: (_, token) => {
        if (token.expiresAt === undefined) return tokens.never;
        return isExpired(token) ? <Tag color="error">{tokens.expired}</Tag> : day(token.expiresAt);
      },
    },
    {
      title: tokens.acts,
      key: 'acts',
      render: (_, token) => (
        <Button size="small" danger aria-label={`${tokens.revoke} ${token.name}`} onClick={() => onRevoke(token)}>
          {tokens.revoke}
        </Button>
      ),
    },
  ];
}
