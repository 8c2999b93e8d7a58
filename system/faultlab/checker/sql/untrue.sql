-- I7: what is said stays true: every message to a person who punched names a minute at which that person wrote.
-- Before the cutoff the hours of the day before go on: 25:30.
select format('the message %s to %s names no minute at which that person wrote', left(c.body, 200), c.path)
  from faultlab.call c
 where c.status in (0, 200, 201) and c.body ~ '[0-9]{2}:[0-9]{2}'
   and not exists (
       select from faultlab.event e
        where position('/users/' || e.usr || '/messages' in c.path) > 0
          and (position(to_char(e.issued at time zone 'Asia/Tokyo', 'HH24:MI') in c.body) > 0
               or position((extract(hour from e.issued at time zone 'Asia/Tokyo') + 24)::text || to_char(e.issued at time zone 'Asia/Tokyo', ':MI') in c.body) > 0))
