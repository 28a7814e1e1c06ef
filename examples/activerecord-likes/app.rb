# Likes of a post, by ActiveRecord: one for each reader, and how many there are.
require "active_record"
require_relative "../sdk/ruby/lockstep"

ActiveRecord::Base.establish_connection(ENV.fetch("DATABASE_URL"))

class Post < ActiveRecord::Base; end

class Like < ActiveRecord::Base
  validates :reader, uniqueness: { scope: :post_id }
end

def like(reader)
  Like.create!(post_id: 1, reader: reader)
  nil
rescue ActiveRecord::RecordInvalid, ActiveRecord::RecordNotUnique
  nil # liked already
end

Lockstep.serve("like" => method(:like))
