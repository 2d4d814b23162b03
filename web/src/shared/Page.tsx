import { Flex } from 'antd';
import type { ReactNode } from 'react';
import { PageHead } from './PageHead';

interface Props {
  title: string;
  /** One sentence about what can be done here. */
  intro?: ReactNode;
  /** What stands on the right of the title. */
  actions?: ReactNode;
  children: ReactNode;
}

/** A page behind the door: its head, and what follows. */
export function Page({ title, intro, actions, children }: Props) {
  return (
    <Flex vertical gap={20} style={{ minWidth: 0 }}>
      <PageHead title={title} intro={intro}>
        {actions}
      </PageHead>
      {children}
    </Flex>
  );
}
