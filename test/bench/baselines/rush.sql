-- The least that is safe: no seat twice, nobody twice in a class, and whoever finds no seat gets a number in the queue.
create table classes (
  id uuid primary key,
  seats int not null,
  taken int not null default 0,
  waiting int not null default 0
) with (fillfactor = 50);

create table enrollments (
  id bigint generated always as identity primary key,
  class_id uuid not null references classes (id),
  resident_id uuid not null,
  state text not null,
  number int,
  created_at timestamptz not null default now(),
  unique (class_id, resident_id)
);

-- The update locks the class; whoever has an enrollment already gets it as it stands.
create function enroll(the_class uuid, the_resident uuid) returns setof enrollments language plpgsql as $$
declare
  has_seat boolean;
  queue int;
begin
  update classes
     set taken = taken + (taken < seats)::int, waiting = waiting + (taken >= seats)::int
   where id = the_class
  returning old.taken < old.seats, new.waiting into has_seat, queue;
  if not found then return; end if;
  return query
    insert into enrollments (class_id, resident_id, state, number)
    values (the_class, the_resident, case when has_seat then 'enrolled' else 'waiting' end, case when not has_seat then queue end)
    on conflict do nothing returning *;
  if not found then
    update classes set taken = taken - has_seat::int, waiting = waiting - (not has_seat)::int where id = the_class;
    return query select * from enrollments where class_id = the_class and resident_id = the_resident;
  end if;
end $$;
