-- I9: terminal states, punches, outcomes, the histories of links and timesheets, and the audit are never changed nor deleted.
select format('%s had %s, and has not any more', place, left(fact, 300))
  from (select place, fact from faultlab.seen except select place, fact from faultlab.facts) gone
