"""What every page uses: queries, translations, filters, looks and exports."""
