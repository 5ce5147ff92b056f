"""`python -m voicelog`: for bundles whose Scripts folder is not on PATH."""

import sys

from voicelog.cli.main import main

sys.exit(main())
