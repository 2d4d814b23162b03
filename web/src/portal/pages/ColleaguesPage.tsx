import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useDeferredValue } from 'react';
import { Link, useSearchParams } from 'react-router';
import { listColleagues, listVisibleDepartments, type Colleague, type VisibleDepartment } from '../api';
import { useInside } from '../door/Door';
import { useTexts } from '../i18n';
import { Button, Field } from '../parts/forms';
import { Empty, Failed, Loading } from '../parts/states';
import { Title } from '../parts/Title';
import list from '../parts/list.module.css';

/** The colleagues whom the tenant shows: down the tree, or by searching. What is shown stands in the address. */
export function ColleaguesPage() {
  const texts = useTexts();
  const [query, setQuery] = useSearchParams();
  const q = query.get('q') ?? '';
  const departmentId = query.get('departmentId') ?? undefined;
  const asked = useDeferredValue(q.trim());
  return (
    <>
      <Title>{texts.colleagues}</Title>
      <div className={list.search} role="search">
        <Field
          type="search"
          label={texts.searchColleagues}
          value={q}
          maxLength={100}
          onChange={({ target }) => setQuery(target.value ? { q: target.value } : {}, { replace: true })}
        />
      </div>
      {asked ? <People q={asked} /> : <Tree departmentId={departmentId} />}
    </>
  );
}

function Tree({ departmentId }: { departmentId: string | undefined }) {
  const texts = useTexts();
  const { tenantId } = useInside();
  const level = useQuery({
    queryKey: ['departments', tenantId, departmentId],
    queryFn: () => listVisibleDepartments(tenantId, departmentId),
  });
  if (level.isPending) return <Loading />;
  if (level.error) return <Failed error={level.error} onRetry={() => void level.refetch()} />;
  const { trail, items } = level.data;
  const here = `/tenantId/${tenantId}/colleagues`;
  return (
    <>
      {departmentId && (
        <nav aria-label={texts.path}>
          <ol className={list.trail}>
            <li>
              <Link to={here}>{texts.allDepartments}</Link>
            </li>
            {trail.map(({ id, name }) => (
              <li key={id}>{id === departmentId ? name : <Link to={`${here}?departmentId=${id}`}>{name}</Link>}</li>
            ))}
          </ol>
        </nav>
      )}
      {items.length > 0 && <Departments items={items} here={here} />}
      {departmentId ? <People departmentId={departmentId} /> : items.length === 0 && <Empty>{texts.emptyDepartment}</Empty>}
    </>
  );
}

function Departments({ items, here }: { items: VisibleDepartment[]; here: string }) {
  const texts = useTexts();
  return (
    <ul className={list.list} aria-label={texts.departments}>
      {items.map(({ id, name }) => (
        <li key={id}>
          <Link className={list.person} to={`${here}?departmentId=${id}`}>
            {name}
          </Link>
          <span aria-hidden="true">›</span>
        </li>
      ))}
    </ul>
  );
}

function People({ q, departmentId }: { q?: string; departmentId?: string }) {
  const texts = useTexts();
  const { tenantId } = useInside();
  const people = useInfiniteQuery({
    queryKey: ['colleagues', tenantId, q, departmentId],
    queryFn: ({ pageParam }) => listColleagues(tenantId, { q, departmentId, cursor: pageParam }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor,
  });
  if (people.isPending) return <Loading />;
  if (people.error) return <Failed error={people.error} onRetry={() => void people.refetch()} />;
  const items = people.data.pages.flatMap((page) => page.items);
  if (items.length === 0) return q ? <Empty>{texts.noColleagues}</Empty> : null;
  return (
    <>
      <ul className={list.list} aria-label={texts.people}>
        {items.map((person) => (
          <Person key={person.id} person={person} />
        ))}
      </ul>
      {people.hasNextPage && (
        <Button kind="quiet" isBusy={people.isFetchingNextPage} onClick={() => void people.fetchNextPage()}>
          {texts.more}
        </Button>
      )}
    </>
  );
}

function Person({ person }: { person: Colleague }) {
  const { name, title, mobile, email, departments } = person;
  const places = departments.map((department) => department.name).join('、');
  return (
    <li>
      <span className={list.avatar} aria-hidden="true">
        {Array.from(name).at(-1)}
      </span>
      <div className={list.person}>
        <p>
          {name} {title && <small>{title}</small>}
        </p>
        {places && <small>{places}</small>}
        {email && (
          <p>
            <a href={`mailto:${email}`}>{email}</a>
          </p>
        )}
      </div>
      {mobile && <a href={`tel:${mobile}`}>{mobile}</a>}
    </li>
  );
}
