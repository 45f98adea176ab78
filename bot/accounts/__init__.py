"""Who is who: accounts, the channels linked to them, their people, and what each person may do here."""
