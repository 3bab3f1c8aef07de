"""Rules of fair mode: what a telephone may send (`items`), how it is judged (`rules`), what is told of it (`words`)."""
