"""Work for later, as rows: `enqueue` in the caller's transaction, a worker that runs them, a list of the dead.

Nouns: Job, JobSchedule. Leans on `core.db` and `core.clock`. Import from the modules: `core.jobs.queue`
(enqueue), `core.jobs.registry` (the `job` decorator), `core.jobs.worker`, `core.jobs.models`.
"""
