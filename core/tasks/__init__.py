"""Long work that a person started and may watch, leave and find again: a row, its files, and a job that does it.

Nouns: Task, TaskFile, Run. Leans on `core.jobs`. Import from the modules: `core.tasks.queue` (start_task),
`core.tasks.running` (the `task_kind` decorator, Run), `core.tasks.reading`, `core.tasks.models`.
"""
