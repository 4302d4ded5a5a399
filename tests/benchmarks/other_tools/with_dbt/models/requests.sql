{{ config(materialized="table") }}
SELECT *
FROM read_csv(
    '{{ var("raw") }}/**/*.csv', header = true, filename = true, auto_detect = false, delim = ',', quote = '"',
    columns = {
        'request_id': 'VARCHAR', 'domain': 'VARCHAR', 'commune_code': 'VARCHAR', 'postcode': 'VARCHAR',
        'city': 'VARCHAR', 'departement_code': 'VARCHAR', 'created_at': 'TIMESTAMP', 'status': 'VARCHAR',
        'responses': 'BIGINT', 'first_response_at': 'TIMESTAMP', 'filled_at': 'TIMESTAMP',
        'closed_at': 'TIMESTAMP', 'provider_id': 'VARCHAR', 'hours': 'DOUBLE', 'amount_eur': 'DOUBLE',
        'fee_eur': 'DOUBLE'
    }
)
