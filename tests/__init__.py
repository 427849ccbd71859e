"""What icsfeed does, as tests: one folder a subject. In the order in which a reader meets them:

`schedule_file`, `moments`, `repeats`: what operations write; `commands`, `editing`, `importing`: what they type.
`publishing`, `reconciling`, `journal`: from the schedule file to the journal, and what follows from its lines.
`feed`, `rfc5545`, `clients`: the calendar, and programs that read it.
`availability`, `planning`: whether the service is open, and when work fits.
`page`, `subscribing`, `browser`: what customers see; `json_data`, `atom`, `statuspage`: what their programs read;
`notifying`: what they are sent.
`http`, `hostile`, `service`, `storm`, `year`: answers, attacks, processes, many faults at once, a year in a minute.
`export`, `deployment`: files, and other servers in front. `manual`: what it shows, run. `house`: rules of code and package.
`benchmarks`: how fast it is; `pictures`: those of the README; both run by hand.

`support` runs icsfeed in folders of its own, `published` makes published calendars, `icalendar_reader` reads feeds.
"""
