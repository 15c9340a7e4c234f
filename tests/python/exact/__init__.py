"""Random questions over generated records, and what the right answer to each is.

    data       the records: three tables of patients, two public ones
    expr       one expression in two dialects: Sekisho's and DuckDB's
    relations  what stands in FROM; each row belongs to one patient
    conditions what stands in WHERE and FILTER
    questions  whole questions, printed as Sekisho's SQL
    oracle     figures and evidence of a question, by DuckDB
    rules      what the policy says of evidence, by brute force
    above      HAVING, ORDER BY, LIMIT and arithmetic on what is left
    judge      compares answers with all that

Nothing here is shared with the enclave: the oracle knows the rules only from the policy's words.
Out of scope: refusals. Every question here is one that must be answered.
"""
