"""活动: campaigns as data. A template makes a plan, whose messages go out as broadcasts at their times."""
