"""`python -m bot` is `doorstep`."""

import sys

from bot.cli import main

sys.exit(main())
