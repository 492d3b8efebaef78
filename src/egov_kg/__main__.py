"""`python -m egov_kg`: the same as the command `egov-kg`."""

from egov_kg.cli import main

if __name__ == "__main__":
    main()
