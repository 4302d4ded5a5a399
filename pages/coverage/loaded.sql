-- grain: one row
-- answers: Which of the sources that coverage is taken of hold a row?
-- columns: providers, requests (true where at least one row was accepted)
SELECT
    coalesce(bool_or(source = 'providers' AND accepted_rows > 0), FALSE) AS providers,
    coalesce(bool_or(source = 'requests' AND accepted_rows > 0), FALSE) AS requests
FROM quality.files
