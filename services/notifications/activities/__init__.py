"""What notifications hears of activities, volunteering and permission slips."""
